import type { Child } from "hono/jsx";

interface DialogButtonProps {
  /** The ID of the dialog. */
  readonly dialog: string;
  readonly variant?: "primary" | "menu-item danger";
  readonly disabled?: boolean;
  readonly children: Child;
}

/** A button that opens a dialog without a script. */
export function DialogButton({ dialog, variant, disabled, children }: DialogButtonProps) {
  return (
    <button type="button" class={variant} command="show-modal" commandfor={dialog} disabled={disabled}>
      {children}
    </button>
  );
}

interface DialogProps {
  readonly id: string;
  readonly title: Child;
  /** Whether the dialog is open when the page loads. Defaults to `false`. */
  readonly open?: boolean;
  /** The ID of the element to focus after closing, if the button that opens the dialog is hidden by then. */
  readonly focusAfterClose?: string | undefined;
  readonly children: Child;
}

export function Dialog({ id, title, open, focusAfterClose, children }: DialogProps) {
  return (
    <dialog id={id} aria-labelledby={`${id}-title`} open={open} data-focus-after-close={focusAfterClose}>
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
  readonly focusAfterClose?: string;
  /** Makes the form idempotent: submitting it twice has one effect. */
  readonly requestId?: string;
  /** The path that the form is posted to. */
  readonly action: string;
  /** The label of the submit button. */
  readonly confirm: string;
  readonly children: Child;
}

/** Requests a confirmation for an action that cannot be undone. */
export function Confirmation({ id, title, focusAfterClose, requestId, action, confirm, children }: ConfirmationProps) {
  return (
    <Dialog id={id} title={title} focusAfterClose={focusAfterClose}>
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
