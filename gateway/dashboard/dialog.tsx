import type { Child } from "hono/jsx";

interface OpensProps {
  /** The dialog's id. */
  readonly dialog: string;
  readonly look?: "primary" | "menu-item danger";
  readonly disabled?: boolean;
  readonly children: Child;
}

/** A button that opens a dialog. The browser does it, without a script. */
export function Opens({ dialog, look, disabled, children }: OpensProps) {
  return (
    <button type="button" class={look} command="show-modal" commandfor={dialog} disabled={disabled}>
      {children}
    </button>
  );
}

interface DialogProps {
  readonly id: string;
  readonly title: Child;
  /** Open when the page comes. */
  readonly open?: boolean;
  /** Stays until a control of its own closes it: what it shows cannot be had again. */
  readonly stays?: boolean;
  /** The id of what has the focus when it was closed, where the button that opens it is gone by then. */
  readonly returnsTo?: string | undefined;
  readonly children: Child;
}

export function Dialog({ id, title, open, stays, returnsTo, children }: DialogProps) {
  return (
    <dialog
      id={id}
      aria-labelledby={`${id}-title`}
      open={open}
      closedby={stays ? "none" : undefined}
      data-returns-to={returnsTo}
    >
      <h2 id={`${id}-title`} class="dialog-title">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

export function CloseButton({ dialog }: { dialog: string }) {
  return (
    <button type="button" command="close" commandfor={dialog}>
      Cancel
    </button>
  );
}

interface ConfirmationProps {
  readonly id: string;
  readonly title: Child;
  readonly returnsTo?: string;
  /** Sent along, so that a form that is sent twice does its work once. */
  readonly requestId?: string;
  /** Where it is posted to. */
  readonly action: string;
  /** What the button says. */
  readonly confirm: string;
  readonly children: Child;
}

/** Asks before something that cannot be undone. */
export function Confirmation({ id, title, returnsTo, requestId, action, confirm, children }: ConfirmationProps) {
  return (
    <Dialog id={id} title={title} returnsTo={returnsTo}>
      {children}
      <form method="post" action={action} class="buttons">
        {requestId === undefined ? null : <input type="hidden" name="requestId" value={requestId} />}
        <CloseButton dialog={id} />
        <button type="submit" class="danger">
          {confirm}
        </button>
      </form>
    </Dialog>
  );
}
