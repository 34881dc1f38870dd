// The accent as text on the panel's ground: darkened or lightened until it can be read (4.5:1).

type Rgb = [number, number, number];

function parse(color: string): Rgb {
  const at = (i: number) => parseInt(color.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => {
    const v = part / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function readable(accent: string, ground: string): string {
  const base = parse(accent);
  const under = parse(ground);
  const towards = luminance(under) > 0.4 ? 0 : 255;
  for (let step = 0; step <= 20; step += 1) {
    const mixed = base.map((v) => Math.round(v + ((towards - v) * step) / 20)) as Rgb;
    if (contrast(mixed, under) >= 4.8) return `rgb(${mixed.join(" ")})`;
  }
  return towards ? "#fff" : "#000";
}
