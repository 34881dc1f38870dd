import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePlace } from '@/api/session';
import { languageName, t } from '@/i18n';
import { Loaded } from '@/parts/Loaded';
import { Panel } from '@/parts/Panel';
import { languagesOf, planHead, textsOf, type PlanView } from './plan_texts';
import classes from './settings.module.css';

// What the chat says, in each language that has texts: a picture of it, made from the plan as it is.
export function WidgetPreview() {
  const { project } = usePlace();
  const query = useQuery(planHead(project.id));
  return (
    <Panel title={t('settings.widget.preview')} lead={t('settings.widget.preview.lead')}>
      <Loaded query={query}>{(view) => <Picture view={view} title={project.title} />}</Loaded>
    </Panel>
  );
}

function Picture({ view, title }: { view: PlanView; title: string }) {
  const languages = languagesOf(view);
  const [language, setLanguage] = useState(languages[0] ?? 'en');
  const texts = textsOf(view);
  const said = (key: string) => texts[key]?.[language] ?? t('settings.text.missing');
  return (
    <>
      {languages.length > 1 && (
        <SegmentedControl
          fullWidth
          mb={12}
          aria-label={t('settings.widget.preview')}
          value={language}
          onChange={setLanguage}
          data={languages.map((one) => ({ value: one, label: languageName(one) }))}
        />
      )}
      <div className={classes.chat} lang={language}>
        <p className={classes.chatHead}>{title}</p>
        <div className={classes.chatBody}>
          <p className={classes.chatNote}>{said('label')}</p>
          <p className={classes.chatNote}>{said('limits')}</p>
          <p className={classes.chatConsent}>{said('consent')}</p>
          <p className={classes.chatVisitor}>{t('settings.widget.preview.visitor')}</p>
          <p className={classes.chatAi}>{said('handoff')}</p>
          <p className={classes.chatAi}>{said('out_of_hours')}</p>
        </div>
      </div>
    </>
  );
}
