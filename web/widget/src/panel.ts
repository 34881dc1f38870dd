import { mount } from "./panel/mount";
import type { Api } from "./shared";

(window.Servery as Api | undefined)?._panel(mount);
