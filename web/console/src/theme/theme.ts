// The tokens of the console: one accent, system fonts, a grid of 4 px. Screens take colours and
// spacing from here (Mantine's props and variables) and nowhere else.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const leaf: MantineColorsTuple = [
  '#e9f7f1',
  '#d3ebe0',
  '#a5d6c0',
  '#74c09f',
  '#4dae83',
  '#34a371',
  '#1f8c5f',
  '#0b6e4f',
  '#085c42',
  '#034935',
];

export const theme = createTheme({
  primaryColor: 'leaf',
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.32,
  colors: { leaf },
  defaultRadius: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '15px', lg: '16px', xl: '20px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.3' },
      h2: { fontSize: '17px', lineHeight: '1.35' },
      h3: { fontSize: '15px', lineHeight: '1.4' },
    },
  },
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Menu: { defaultProps: { transitionProps: { duration: 100 } } },
  },
});

// Mantine's grey of secondary texts is too pale on our paper, and its dark is browner than ours.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': 'var(--soft-ink)', '--mantine-color-placeholder': 'var(--soft-ink)', '--mantine-color-error': 'var(--tone-bad)' },
  dark: { '--mantine-color-body': 'var(--card)', '--mantine-color-default': '#232a33', '--mantine-color-default-hover': '#2b333d', '--mantine-color-default-border': '#3b4550', '--mantine-color-dimmed': 'var(--soft-ink)', '--mantine-color-placeholder': 'var(--soft-ink)', '--mantine-color-error': 'var(--tone-bad)' },
});

// The states of anything that is shown as colour, icon and word.
export type Tone = 'good' | 'attention' | 'bad' | 'unknown' | 'info';
