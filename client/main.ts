import './site.scss';
import { writeComments } from './comments.ts';
import { localizeDates } from './dates.ts';
import { openDialogs } from './dialogs.ts';
import { keepDrafts } from './drafts.ts';
import { hearOfFaces } from './faces.ts';
import { sendForms } from './forms/forms.ts';
import { loadMore } from './load-more.ts';
import { openPictures } from './pictures/open.ts';
import { closeMenu } from './menu.ts';
import { markBareLinks } from './print.ts';
import { revealPasswords } from './forms/passwords.ts';
import { askAtLogout } from './logout.ts';
import { announceStatus } from './forms/status.ts';
import { followViewer } from './viewer.ts';
import { hideUntilChanged } from './when-changed.ts';

const root = document.documentElement;
root.dataset['ready'] = '';

// Before the status, which removes the code of what was done from the address.
writeComments();
announceStatus();
localizeDates();
followViewer();
openDialogs();
hearOfFaces();
sendForms();
keepDrafts();
askAtLogout();
loadMore();
openPictures();
closeMenu();
revealPasswords();
hideUntilChanged();
markBareLinks();

const picture = document.querySelector<HTMLElement>('#picture');
if (picture) {
  import('./picture/change.ts').then(
    ({ changePicture }) => changePicture(picture),
    // If the code cannot be loaded, the plain form is better than a button that does nothing.
    () => root.classList.remove('scripts'),
  );
}

const composer = document.querySelector<HTMLElement>('.composer');
if (composer) {
  import('./composer/composer.ts').then(
    ({ compose }) => compose(composer),
    () => root.classList.remove('scripts'),
  );
}
const draft = document.querySelector<HTMLFormElement>('form[data-draft]');
// Without it, drafts are saved by their button, and what is typed stays in this browser.
if (draft) import('./saving/autosave.ts').then(({ autosave }) => autosave(draft)).catch(() => {});
const lost = document.querySelector<HTMLElement>('[data-lost-texts]');
if (lost) {
  import('./saving/lost-texts.ts').then(({ showLostTexts }) => showLostTexts(lost)).catch(() => {});
}
