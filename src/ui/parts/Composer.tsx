/** A form in a line, that sends what was written in it. */
import type { ReactNode } from 'react';

export function Composer({
  label,
  onSend,
  children,
}: {
  label: string;
  /** `text` is what a field has, by its name. */
  onSend: (text: (name: string) => string, form: HTMLFormElement) => void;
  children: ReactNode;
}) {
  return (
    <form
      className="composer"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        onSend((name) => String(data.get(name) ?? ''), form);
      }}
    >
      {children}
    </form>
  );
}

export function UrlField({ placeholder }: { placeholder: string }) {
  return (
    <label className="field wide">
      <span>URL</span>
      <input
        className="input"
        name="url"
        type="url"
        required
        placeholder={placeholder}
        spellCheck={false}
      />
    </label>
  );
}
