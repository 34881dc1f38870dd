import { describe, expect, it } from 'vitest';
import { isOpen, toneOf, worstOf, type Alert } from './alert_queries';

const alert = (severity: Alert['severity'], state: Alert['state'] = 'raised') => ({ severity, state }) as Alert;

describe('alerts', () => {
  it('are open until they are resolved, whoever looks after them', () => {
    expect(isOpen(alert('info'))).toBe(true);
    expect(isOpen(alert('info', 'acknowledged'))).toBe(true);
    expect(isOpen(alert('info', 'resolved'))).toBe(false);
  });
  it('are as loud as the loudest', () => {
    expect(worstOf([alert('info'), alert('critical'), alert('warning')])).toBe('critical');
    expect(worstOf([alert('info'), alert('warning')])).toBe('warning');
    expect(toneOf('critical')).toBe('bad');
    expect(toneOf('info')).toBe('info');
  });
});
