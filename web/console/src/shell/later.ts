// What the frame needs only after it stands, in one file.
export { ReasonForm } from '@/parts/ReasonForm';
export { CodeForm } from './CodeForm';
export { KeyHelp } from './KeyHelp';
export { OwnMenuOpen } from './OwnMenuOpen';
export { Palette } from './Palette';
export { ProjectMenu } from './ProjectMenu';
export { SideDrawer } from './SideDrawer';
