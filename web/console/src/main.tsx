import '@/theme/mantine';
import '@/theme/base.css';
import { createRoot } from 'react-dom/client';
import { startLanguage } from '@/i18n';
import { App } from './App';
import { allowOwnStyles } from './theme/trusted_types';

allowOwnStyles();
void startLanguage().then(() => {
  const root = document.getElementById('root');
  if (root) createRoot(root).render(<App />);
});
