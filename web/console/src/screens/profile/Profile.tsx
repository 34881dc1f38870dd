// One's own account: the second factor, the password, where one is signed in.
import { Page } from '@/parts/Page';
import { t } from '@/i18n';
import { Password } from './Password';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';

export default function Profile() {
  return (
    <Page title={t('profile.title')} lead={t('profile.lead')}>
      <SecondFactor />
      <Password />
      <Sessions />
    </Page>
  );
}
