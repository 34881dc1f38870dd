// A fault in one screen ends that screen and nothing else.
import { Component, type ReactNode } from 'react';
import { ErrorState } from '@/parts/ErrorState';
import { Page } from '@/parts/Page';
import { t } from '@/i18n';

export class Fence extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Page title={t('shell.broken')}>
        <ErrorState error={this.state.error} retry={() => this.setState({ error: undefined })} />
      </Page>
    );
  }
}
