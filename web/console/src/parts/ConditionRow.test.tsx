import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { ConditionRow, type ConditionView } from './ConditionRow';

const accuracy: ConditionView = {
  label: 'Answers right',
  tone: 'unknown',
  state: 'Open',
  why: 'Not yet shown',
  said: '89% (76% to 96%)',
  n: 52,
  target: 'at least 80%',
  needs: 'About 24 more observations needed',
  asked: 'A target that is only hoped for hurts visitors first.',
  fix: 'Judge answers',
  evidence: 'desk.answer_accuracy@2026-11-28T10:00:00Z',
  asOf: '2026-11-28T10:00:00Z',
  expires: null,
  filter: '',
  bar: { value: 0.89, lower: 0.76, upper: 0.96, target: 0.8, direction: 'ge', share: true },
};

afterEach(cleanup);

describe('a condition', () => {
  it('says state, value, number of observations, target and what is needed without the picture', () => {
    render(<ConditionRow condition={accuracy} />);
    for (const words of ['Open', 'Answers right', '89% (76% to 96%)', 'About 24 more observations needed'])
      expect(screen.getAllByText(words).length).toBeGreaterThan(0);
    expect(screen.getByText(/Target: at least 80% · n = 52/)).toBeTruthy();
    expect(screen.getByRole('img').getAttribute('aria-label')).toBe('89% (76% to 96%), Target: at least 80%');
  });
  it('opens to why it is asked and what it rests on', () => {
    render(<ConditionRow condition={accuracy} more={<button type="button">Set aside</button>} />);
    expect(screen.queryByText('Set aside')).toBeNull();
    const details = screen.getByRole('button', { name: /Details/ });
    expect(details.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(details);
    expect(screen.getByText(/only hoped for/)).toBeTruthy();
    expect(screen.getByText('desk.answer_accuracy')).toBeTruthy();
    expect(screen.getByText('Set aside')).toBeTruthy();
  });
  it('draws nothing where nothing is measured', () => {
    render(<ConditionRow condition={{ ...accuracy, bar: undefined, said: undefined, n: 0 }} />);
    expect(screen.queryByRole('img')).toBeNull();
    expect(screen.queryByText(/n = /)).toBeNull();
  });
});
