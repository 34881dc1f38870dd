// The console's own line icons, 20 × 20. Decoration only: the word beside one carries the meaning.
const paths = {
  home: 'M3 9.5 10 4l7 5.5V16a1 1 0 0 1-1 1h-3.5v-4.5h-5V17H4a1 1 0 0 1-1-1z',
  inbox: 'M3 11 5.2 4.5h9.6L17 11v5H3zM3 11h4l1 2h4l1-2h4',
  review: 'M5 3.5h10v13H5zM7.5 8l1.6 1.6L12.5 6.5M7.5 13h5',
  knowledge: 'M4 4h5a1 1 0 0 1 1 1v12a2 2 0 0 0-2-2H4zM16 4h-5a1 1 0 0 0-1 1v12a2 2 0 0 1 2-2h4z',
  gate: 'M4 17V6M16 17V6M4 8h12M4 13h12M8 8v5M12 8v5',
  rollout: 'M3 16h4v-4h4V8h4V4h2',
  monitor: 'M3 16.5h14M5.5 14v-4M10 14V5M14.5 14V8',
  plan: 'M4 4h12v12H4zM4 8h12M8 8v8',
  runs: 'M4 5h9M4 10h12M4 15h7',
  settings: 'M4 6h6M14 6h2M4 14h2M10 14h6M12 4v4M8 12v4',
  person: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17a6 6 0 0 1 12 0',
  robot: 'M5 8h10v8H5zM10 8V5M10 4.2v.1M8 11.5v.5M12 11.5v.5M8.5 14h3',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  cross: 'm5.5 5.5 9 9M14.5 5.5l-9 9',
  warning: 'M10 4 3 16.5h14zM10 9v3.5M10 14.6v.2',
  question: 'M7.5 7.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M10 14.2v.2',
  wait: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.8',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2V14M10 6.4v.2',
  stop: 'M7 3h6l4 4v6l-4 4H7l-4-4V7zM7.5 10h5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4',
  down: 'm5 8 5 5 5-5',
  right: 'm8 5 5 5-5 5',
  left: 'm12 5-5 5 5 5',
  plus: 'M10 4.5v11M4.5 10h11',
  menu: 'M3.5 6h13M3.5 10h13M3.5 14h13',
  send: 'M3.5 10 17 4l-4 13-3.5-5.5z',
  note: 'M5 3.5h10v9l-4 4H5zM11 16.5v-4h4',
  sun: 'M10 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10 3v1.5M10 15.5V17M3 10h1.5M15.5 10H17M5 5l1 1M14 14l1 1M15 5l-1 1M6 14l-1 1',
  moon: 'M16 12.5A7 7 0 0 1 7.5 4a6.5 6.5 0 1 0 8.5 8.5z',
  globe: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3 10h14M10 3c2.5 2.6 2.5 11.4 0 14M10 3c-2.5 2.6-2.5 11.4 0 14',
  link: 'M8.5 11.5 11.5 8.5M9 6.5l1.5-1.5a3 3 0 0 1 4.4 4.4L13.5 11M11 13.5 9.5 15a3 3 0 0 1-4.4-4.4L6.5 9',
  tag: 'M4 4h6l6.5 6.5-6 6L4 10zM7.2 7.2v.1',
  moon2: 'M5 5h5l-5 6h5M12 10h4l-4 5h4',
  undo: 'M7 5 3.5 8.5 7 12M3.5 8.5H12a4 4 0 0 1 0 8H9',
  key: 'M7 13a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10.5 9.5H17v3M14 9.5V12',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
