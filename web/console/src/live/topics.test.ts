import { describe, expect, it } from 'vitest';
import { keysOf } from './topics';

const event = { kind: 'message.added', project: 'house', object_type: 'message', object_id: 'cv_1' };

describe('an event of the stream', () => {
  it('makes the lists of its project and its own conversation old', () => {
    const keys = keysOf({ ...event, topic: 'desk' });
    expect(keys).toContainEqual(['conversations', 'house']);
    expect(keys).toContainEqual(['conversation', 'house', 'cv_1']);
  });
  it('of a topic that nobody shows changes nothing', () => {
    expect(keysOf({ ...event, topic: 'weather' })).toEqual([]);
  });
});
