// Where things stand: the road, three lamps, the one next thing, and what happened today.
import { useQuery } from '@tanstack/react-query';
import { deskCountsQuery } from '@/api/desk';
import { usePlace, useProject, useStanding } from '@/api/session';
import { formatNumber, t, words, type TextKey } from '@/i18n';
import { Card } from '@/parts/Card';
import { EmptyState } from '@/parts/EmptyState';
import { Lamp } from '@/parts/Lamp';
import { Loaded } from '@/parts/Loaded';
import { Page } from '@/parts/Page';
import { OpenAlerts } from '../alerts/OpenAlerts';
import classes from './Home.module.css';
import { lampNames, lampOf, type LampState } from './lamps';
import { NextStep, nextStep } from './NextStep';
import { homeBoardQuery, homeGatesQuery, todayQuery, type Today } from './queries';
import { Road } from './Road';

function sentence(state: LampState): string {
  const about = state.about ? (words(`home.number.${state.about}`) ?? state.about) : '';
  return t(`home.why.${state.why}` as TextKey, { number: about });
}

const shown: (keyof Omit<Today, 'since'>)[] = [
  'messages',
  'answered',
  'asked',
  'handed_over',
  'drafted',
  'replied',
  'thumbs_up',
  'thumbs_down',
];

function TodayCard({ today }: { today: Today }) {
  if (today.messages === 0 && today.replied === 0)
    return (
      <EmptyState icon="inbox" title={t('home.today.nothing')}>
        {t('home.today.nothing.lead')}
      </EmptyState>
    );
  return (
    <dl className={classes.facts}>
      {shown.map((name) => (
        <div key={name} className={classes.fact}>
          <dt>{t(`home.today.${name}` as TextKey)}</dt>
          <dd>{formatNumber(today[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

export default function Home() {
  const project = useProject();
  const { session } = usePlace();
  const standing = useStanding();
  const board = useQuery({ ...homeBoardQuery(project), enabled: project !== '' });
  const gates = useQuery({ ...homeGatesQuery(project), enabled: project !== '' });
  const counts = useQuery({ ...deskCountsQuery(project), enabled: project !== '' });
  const today = useQuery({ ...todayQuery(project), enabled: project !== '' });
  const name = (session.person?.name || session.person?.id) ?? '';

  if (project === '')
    return (
      <Page title={t('nav.home')}>
        <NextStep step={nextStep(undefined, [], false)} />
      </Page>
    );
  return (
    <Page title={name ? t('home.hello', { name }) : t('nav.home')} lead={t('home.lead')}>
      {standing && <Road standing={standing} />}
      <OpenAlerts project={project} />
      <div className={classes.lamps}>
        {lampNames.map((lamp) => {
          const state = lampOf(lamp, board.data?.numbers ?? []);
          return (
            <Lamp
              key={lamp}
              title={t(`home.lamp.${lamp}` as TextKey)}
              tone={state.tone}
              word={t(`home.tone.${state.tone}` as TextKey)}
            >
              {board.isPending ? t('common.loading') : sentence(state)}
            </Lamp>
          );
        })}
      </div>
      <NextStep step={nextStep(counts.data, gates.data ?? [], standing?.has_plan !== false)} />
      <Card title={t('home.today')}>
        <Loaded query={today}>{(data) => <TodayCard today={data} />}</Loaded>
      </Card>
    </Page>
  );
}
