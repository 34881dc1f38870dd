// Until when a conversation may sleep: in an hour, tomorrow at nine, next Monday at nine.
export interface SnoozeChoice {
  name: 'hour' | 'tomorrow' | 'monday';
  until: string;
}

export function snoozeChoices(now = new Date()): SnoozeChoice[] {
  const at = (days: number) => {
    const day = new Date(now);
    day.setDate(day.getDate() + days);
    day.setHours(9, 0, 0, 0);
    return day.toISOString();
  };
  return [
    { name: 'hour', until: new Date(now.getTime() + 3_600_000).toISOString() },
    { name: 'tomorrow', until: at(1) },
    { name: 'monday', until: at((8 - now.getDay()) % 7 || 7) },
  ];
}
