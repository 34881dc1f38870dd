/// <reference types="vite/client" />
import { expect, it } from 'vitest';

const sources = import.meta.glob<string>(['/src/**/*.tsx', '/src/theme/mantine.ts'], { query: '?raw', import: 'default', eager: true });
const styled = Object.keys(import.meta.glob('/node_modules/@mantine/core/styles/*.css')).map(
  (path) => /([\w-]+)\.css$/.exec(path)![1]!,
);

it('holds the styles of every component that is used', () => {
  const taken = sources['/src/theme/mantine.ts']!;
  const used = Object.entries(sources)
    .filter(([path]) => path.endsWith('.tsx'))
    .flatMap(([, text]) => [...text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)])
    .flatMap((found) => found[1]!.split(',').map((name) => name.trim().split(' as ')[0]!));
  expect(used.length).toBeGreaterThan(50);
  const missing = used.filter((name) => styled.includes(name) && !taken.includes(`/${name}.css'`));
  expect([...new Set(missing)]).toEqual([]);
});
