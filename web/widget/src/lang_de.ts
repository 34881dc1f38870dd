import type { Api } from "./shared";
import { de } from "./texts/de";

(window.Servery as Api | undefined)?._texts("de", de);
