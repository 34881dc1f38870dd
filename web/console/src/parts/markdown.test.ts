import { describe, expect, it } from 'vitest';
import { blocksOf, spansOf } from './markdown';

describe('the Markdown subset of answers', () => {
  it('makes paragraphs, lists and marks', () => {
    expect(blocksOf('Open **daily**.\n\n- Monday\n- *Tuesday*\n\nBye')).toEqual([
      {
        kind: 'paragraph',
        spans: [
          { kind: 'text', text: 'Open ' },
          { kind: 'strong', spans: [{ kind: 'text', text: 'daily' }] },
          { kind: 'text', text: '.' },
        ],
      },
      {
        kind: 'list',
        ordered: false,
        items: [[{ kind: 'text', text: 'Monday' }], [{ kind: 'emphasis', spans: [{ kind: 'text', text: 'Tuesday' }] }]],
      },
      { kind: 'paragraph', spans: [{ kind: 'text', text: 'Bye' }] },
    ]);
  });
  it('leaves HTML and other addresses as the text they are', () => {
    for (const text of ['<img src=x onerror=alert(1)>', '[go](javascript:alert(1))', '[go](http://plain.example)'])
      expect(spansOf(text)).toEqual([{ kind: 'text', text }]);
  });
  it('links https, mail and telephone', () => {
    for (const url of ['https://example.com/a', 'mailto:a@example.com', 'tel:+49123'])
      expect(spansOf(`[here](${url})`)).toEqual([{ kind: 'link', url, spans: [{ kind: 'text', text: 'here' }] }]);
  });
  it('tells numbered lists from others', () => {
    expect(blocksOf('1. one\n2. two').map((block) => block.kind === 'list' && block.ordered)).toEqual([true]);
  });
});
