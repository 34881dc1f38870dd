import { Fragment, type ReactNode } from 'react';
import { blocksOf, type Block, type Span } from './markdown';
import classes from './markdown.module.css';

// Text in the subset of Markdown that answers may use. Everything becomes nodes: raw HTML is shown
// as the text it is.
export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes.markdown}>
      {blocksOf(text).map((block, i) => (
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { block: Block }): ReactNode {
  if (block.kind === 'paragraph') return <p>{spans(block.spans)}</p>;
  const items = block.items.map((item, i) => <li key={i}>{spans(item)}</li>);
  return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
}

function spans(of: Span[]): ReactNode {
  return of.map((span, i) => {
    if (span.kind === 'text') return <Fragment key={i}>{span.text}</Fragment>;
    if (span.kind === 'break') return <br key={i} />;
    if (span.kind === 'strong') return <strong key={i}>{spans(span.spans)}</strong>;
    if (span.kind === 'emphasis') return <em key={i}>{spans(span.spans)}</em>;
    return (
      <a key={i} href={span.url} target="_blank" rel="noopener noreferrer nofollow">
        {spans(span.spans)}
      </a>
    );
  });
}
