// The only script a page carries: one config request in idle time, one button, and the panel when
// somebody reaches for it. Nothing is stored here, and a page whose config fails stays untouched.
import type { Api, Config, File, Mode, Mount, Panel, Place } from "./shared";
import css from "./loader.css";

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy;
}

const script = document.currentScript as HTMLScriptElement | null;
const widget = script?.dataset["widget"] ?? "";

// A page under `require-trusted-types-for 'script'` lets us name our own files by a policy.
function trusted(): ScriptPolicy {
  const plain: ScriptPolicy = { createScriptURL: (url) => url };
  const factory = (window as unknown as { trustedTypes?: PolicyFactory }).trustedTypes;
  try {
    return factory?.createPolicy("servery", { createScriptURL: (url) => url }) ?? plain;
  } catch {
    return plain;
  }
}

function start(tag: HTMLScriptElement): void {
  const data = tag.dataset;
  const base = new URL(".", tag.src).href;
  const mode: Mode = data["mode"] === "page" ? "page" : "float";
  const policy = trusted();
  const listeners = new Map<string, ((detail: unknown) => void)[]>();
  const tables = new Map<string, unknown>();
  const early = (window.Servery as { q?: unknown[][] } | undefined)?.q ?? [];

  let place: Place | null = null;
  let mount: Mount | null = null;
  let panel: Panel | null = null;
  let loading: Promise<void> | null = null;

  const languageWanted = (): string =>
    (data["lang"] ?? document.documentElement.lang ?? "") || navigator.language;

  async function fetchConfig(lang: string, cache: RequestCache = "default"): Promise<Config | null> {
    try {
      const short = encodeURIComponent(lang.slice(0, 2).toLowerCase());
      const answer = await fetch(`${base}${widget}/config?lang=${short}`, { credentials: "omit", cache });
      return answer.ok ? ((await answer.json()) as Config) : null;
    } catch {
      return null;
    }
  }

  function addScript(file: File): Promise<void> {
    return new Promise((done, failed) => {
      const element = document.createElement("script");
      element.src = policy.createScriptURL(base + file.src) as string;
      element.integrity = file.integrity;
      element.crossOrigin = "anonymous";
      element.onload = () => done();
      element.onerror = () => {
        element.remove();
        failed(new Error("not loaded"));
      };
      document.head.append(element);
    });
  }

  async function table(lang: string): Promise<unknown> {
    const file = place?.config.texts[lang];
    if (!tables.has(lang) && file) await addScript(file).catch(() => undefined);
    return tables.get(lang);
  }

  function loadPanel(): Promise<void> {
    const file = place?.config.panel;
    if (!file || !place) return Promise.resolve();
    const here = place;
    loading ??= Promise.all([addScript(file), table(here.config.lang)]).then(
      () => {
        if (mount && !panel) panel = mount(here);
      },
      () => {
        loading = null;
        here.launcher?.removeAttribute("aria-busy");
      },
    );
    return loading;
  }

  const api: Api = {
    open: () => {
      place?.launcher?.setAttribute("aria-busy", "true");
      void loadPanel().then(() => {
        place?.launcher?.removeAttribute("aria-busy");
        panel?.open();
      });
    },
    close: () => panel?.close(),
    toggle: () => (panel?.isOpen() ? panel.close() : api.open()),
    setLanguage: (lang) => panel?.setLanguage(lang),
    reset: () => void loadPanel().then(() => panel?.reset()),
    on: (event, call) => {
      listeners.set(event, [...(listeners.get(event) ?? []), call]);
    },
    _panel: (given) => {
      mount = given;
    },
    _texts: (lang, given) => {
      tables.set(lang, given);
    },
  };
  window.Servery = api;

  // True if this tab had the panel open, or waits for an answer: only ever written by the panel,
  // after the visitor began.
  function wasOpen(): boolean {
    try {
      return sessionStorage.getItem(`servery.${widget}.open`) === "1";
    } catch {
      return false;
    }
  }

  function makeLauncher(root: ShadowRoot, name: string): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "launcher";
    button.setAttribute("aria-label", `Chat – ${name}`);
    button.setAttribute("aria-expanded", "false");
    const space = "http://www.w3.org/2000/svg";
    const icon = document.createElementNS(space, "svg");
    icon.setAttribute("viewBox", "0 0 24 24");
    icon.setAttribute("aria-hidden", "true");
    for (const line of ["M4 5h16v11H11l-5 4v-4H4z", "M8.5 9.5h7M8.5 12.5h4"]) {
      const path = document.createElementNS(space, "path");
      path.setAttribute("d", line);
      icon.append(path);
    }
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.hidden = true;
    button.append(icon, badge);
    button.addEventListener("click", () => api.toggle());
    button.addEventListener("pointerenter", () => void loadPanel(), { once: true });
    button.addEventListener("focus", () => void loadPanel(), { once: true });
    root.append(button);
    return button;
  }

  // The ink on the accent: black or white, whichever is easier to read.
  function inkOn(color: string): string {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
      const v = parseInt(color.slice(i, i + 2), 16) / 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
  }

  function build(config: Config): void {
    const host = document.createElement("div");
    host.dataset["servery"] = mode;
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const wanted = data["accent"] ?? config.accent ?? "";
    const accent = /^#[0-9a-f]{6}$/i.test(wanted) ? wanted : "#0b6e4f";
    host.style.setProperty("--accent", accent);
    host.style.setProperty("--on-accent", inkOn(accent));
    host.dir = getComputedStyle(document.documentElement).direction;
    const left = data["position"] === "left";
    if (left) host.classList.add("left");
    const launcher =
      mode === "float" && data["hideLauncher"] === undefined
        ? makeLauncher(root, config.name)
        : null;
    place = {
      config,
      base,
      root,
      host,
      mode,
      position: left ? "left" : "right",
      accent,
      remember: data["remember"] !== "off",
      launcher,
      setUnread: (count) => {
        const badge = launcher?.querySelector<HTMLElement>(".badge");
        if (!launcher || !badge) return;
        badge.hidden = count === 0;
        badge.textContent = count > 9 ? "9+" : String(count);
        launcher.setAttribute("aria-label", `Chat – ${config.name}${count ? ` (${count})` : ""}`);
      },
      setOpen: (open) => launcher?.setAttribute("aria-expanded", String(open)),
      tell: (event, detail) => {
        for (const call of listeners.get(event) ?? []) call(detail);
      },
      table,
      config_in: fetchConfig,
    };
    document.body.append(host);
    if (mode === "page" || data["open"] !== undefined || wasOpen()) api.open();
    for (const [name, ...rest] of early) {
      const call = api[name as keyof Api] as ((...all: unknown[]) => void) | undefined;
      if (typeof name === "string" && !name.startsWith("_")) call?.(...rest);
    }
    for (const call of listeners.get("ready") ?? []) call(undefined);
  }

  const idle: (call: () => void) => unknown =
    window.requestIdleCallback?.bind(window) ?? ((call) => setTimeout(call, 200));
  idle(() => {
    void fetchConfig(languageWanted()).then((config) => {
      if (config?.enabled && config.panel) build(config);
    });
  });
}

const there = window.Servery as Partial<Api> | undefined;
if (script && widget && !there?._panel) start(script);
