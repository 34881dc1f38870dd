import { Link, useLocation } from 'wouter';
import classes from './tabs.module.css';

export interface TabPlace {
  path: string;
  text: string;
}

// Pages that belong together, as links in one line; the one that is open is marked.
export function Tabs({ places, label }: { places: TabPlace[]; label: string }) {
  const [here] = useLocation();
  const open = places
    .filter((place) => here === place.path || here.startsWith(`${place.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return (
    <nav aria-label={label} className={classes.tabs}>
      {places.map((place) => (
        <Link
          key={place.path}
          href={place.path}
          className={classes.tab}
          aria-current={place === open ? 'page' : undefined}
        >
          {place.text}
        </Link>
      ))}
    </nav>
  );
}
