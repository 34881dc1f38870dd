// Making nodes. Text is always a text node; there is no way here to hand over markup.

export type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);
export type Props = Record<string, Value>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) {
    if (child) element.append(child);
  }
  return element;
}

export function button(
  className: string,
  onclick: (event: Event) => void,
  ...children: Child[]
): HTMLButtonElement {
  return h("button", { type: "button", class: className, onclick }, ...children);
}

const space = "http://www.w3.org/2000/svg";

// Drawn on a 24 by 24 grid with one stroke.
const shapes = {
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.5 20c.8-3.6 3.9-5.5 7.5-5.5s6.7 1.9 7.5 5.5"],
  spark: ["M12 3.5l1.9 5.1 5.1 1.9-5.1 1.9L12 17.5l-1.9-5.1L5 10.5l5.1-1.9z", "M18.5 16v4M16.5 18h4"],
  close: ["M6 6l12 12M18 6L6 18"],
  menu: ["M5 12h.01M12 12h.01M19 12h.01"],
  send: ["M5 12h13M12 5.5l6.5 6.5-6.5 6.5"],
  up: ["M7 11v9H4v-9z", "M7 11l4-7.5c1.6 0 2.5 1 2.5 2.5V9.5h5.2c1 0 1.7.9 1.5 1.9l-1.3 7c-.2.9-.9 1.6-1.9 1.6H7"],
  down: ["M7 13V4H4v9z", "M7 13l4 7.5c1.6 0 2.5-1 2.5-2.5v-3.5h5.2c1 0 1.7-.9 1.5-1.9l-1.3-7C18.7 4.7 18 4 17 4H7"],
  flag: ["M6 21V4", "M6 5h11l-2 3.5 2 3.5H6"],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 11v5M12 8h.01"],
  alert: ["M12 4l9 16H3z", "M12 10v4.5M12 17.3h.01"],
  book: ["M5 4.5h10.5A2.5 2.5 0 0 1 18 7v13H7.5A2.5 2.5 0 0 1 5 17.5z", "M5 17.5A2.5 2.5 0 0 1 7.5 15H18"],
  arrow: ["M12 5v14M6 13l6 6 6-6"],
  check: ["M5 12.5l4.5 4.5L19 7"],
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  for (const line of shapes[name]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
