// A row of the table of screens. Each screen but the inbox is its own chunk, loaded when it is first opened.
import type { ComponentType } from 'react';
import type { TextKey } from '@/i18n';
import type { IconName } from '@/parts/Icon';

export interface Screen {
  path: string; // below /console; `:name` and `:name?` are parameters (wouter)
  // One of both: code that is loaded when it is opened first, or comes with the frame.
  load?: () => Promise<{ default: ComponentType }>;
  View?: ComponentType;
  // In the left navigation, in the order of the table; absent for pages of one thing.
  nav?: {
    group: 'work' | 'plan' | 'watch' | 'setup';
    text: TextKey;
    icon: IconName;
    key?: string; // after `g`
  };
  capability?: string; // hidden from the navigation without it
  free?: boolean; // needs no session: sign-in, first run
}
