// An act that needs a reason: says what will happen, asks why, and shows a refusal in place. The
// dialog holds the focus and gives it back when it closes; it closes by itself when the act is done.
import type { ReactNode } from 'react';
import { Later, laterPiece } from './Later';

const ReasonForm = laterPiece('ReasonForm');

export interface Reason {
  text: string;
  choice: string;
}

export interface ReasonDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  // Of the text; without it no text is asked for.
  label?: string;
  confirm: string; // the word on the button: what it does
  danger?: boolean;
  // Kinds of reasons to choose one from.
  choices?: { value: string; label: string }[];
  // Whether the text may stay empty; else the fewest characters that the server takes.
  optional?: boolean;
  least?: number;
  // Whether the fields among the children are filled in.
  ready?: boolean;
  onConfirm: (reason: Reason) => Promise<unknown>;
  children?: ReactNode; // what happens then, and further fields
}

export function ReasonDialog(props: ReasonDialogProps) {
  return <Later opened={props.opened}>{(opened) => <ReasonForm {...props} opened={opened} />}</Later>;
}
