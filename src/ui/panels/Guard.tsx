/** A boundary: what fails in a part of the page leaves the rest standing, and says what to do. */
import { Component, type ReactNode } from 'react';
import { copyDiagnostics } from '../diagnostics.ts';
import { Button } from '../parts/Button.tsx';

interface Props {
  readonly what: string;
  readonly children: ReactNode;
}

export class Guard extends Component<Props, { readonly failed: Error | undefined }> {
  override readonly state = { failed: undefined as Error | undefined };

  static getDerivedStateFromError(failed: Error): { failed: Error } {
    return { failed };
  }

  override render(): ReactNode {
    const { failed } = this.state;
    if (!failed) return this.props.children;
    return (
      <div className="empty" role="alert">
        <p>{this.props.what} cannot be shown: something here failed that should not.</p>
        <p>Your files are safe. Try it again; if it stays, reload the page.</p>
        <div className="buttons">
          <Button label="Copy diagnostics" onClick={() => void copyDiagnostics(failed)} />
          <Button
            label="Try again"
            look="primary"
            onClick={() => this.setState({ failed: undefined })}
          />
        </div>
      </div>
    );
  }
}
