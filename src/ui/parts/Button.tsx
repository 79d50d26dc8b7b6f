/** A button with an icon and a label; where room is short only the icon shows, the label stays its name. */
import type { LucideIcon } from 'lucide-react';

export interface ButtonProps {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly look?: 'primary' | 'danger' | 'plain';
  /** Shows the icon alone at any width. */
  readonly iconOnly?: boolean;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
}

export function Button({
  label,
  icon: Icon,
  look,
  iconOnly,
  keys,
  disabled,
  type = 'button',
  onClick,
}: ButtonProps) {
  const classes = ['button', look, iconOnly && 'icon'].filter(Boolean).join(' ');
  const title = keys ? `${label} (${keys})` : label;
  return (
    <button
      type={type}
      className={classes}
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      {Icon && <Icon size={15} aria-hidden />}
      {!iconOnly && <span className={Icon ? 'label' : undefined}>{label}</span>}
    </button>
  );
}
