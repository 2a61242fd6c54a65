import { html } from '../views/html.ts';
import type { Mail } from './mailer.ts';

type Message = Omit<Mail, 'to'>;

/** What every message contains. */
interface About {
  siteName: string;
  /** `Hi lois,` */
  greeting: string;
}

/** The mail with a link that lets its reader set a new password within `minutes`. */
export function resetMail(about: About & { link: string; minutes: number }): Message {
  return compose('Reset Your Password', about, (site) => [
    `Someone, probably you, asked to reset your password on ${site}. To choose a new one, open`,
    { link: about.link },
    `This link will expire in ${duration(about.minutes)}.`,
    'If it was not you, ignore this mail: your password stays as it is.',
  ]);
}

/** The mail to a new address, with a link to the page where its owner confirms it within `minutes`. */
export function emailChangeMail(about: About & { link: string; minutes: number }): Message {
  return compose('Confirm Your New E-mail Address', about, (site) => [
    `Someone, probably you, wants to use this address for an account on ${site}. To confirm it, open`,
    { link: about.link },
    `and press the button there. This link will expire in ${duration(about.minutes)}.`,
    'If it was not you, ignore this mail: nothing will change.',
  ]);
}

/**
 * The mail to the address that an account is about to lose; `link` leads to where a new password is asked for. It
 * does not name the new address, since that is text of somebody who may be a stranger to its reader.
 */
export function emailChangingMail(about: About & { link: string }): Message {
  return compose('Your E-mail Address Is Being Changed', about, (site) => [
    `Someone, probably you, asked to change the e-mail address of your account on ${site} to another one.`,
    'If it was not you, someone knows your password. Choose a new one, which also stops the change, at',
    { link: about.link },
  ]);
}

/** The mail to the address that an account has lost. */
export function emailChangedMail(about: About): Message {
  return compose('Your E-mail Address Was Changed', about, (site) => [
    `The e-mail address of your account on ${site} was changed to another one.`,
    'If it was not you, ask the host of the site for help.',
  ]);
}

/** The mail that tells somebody that an account was approved; `link` leads to the login. */
export function approvedMail(about: About & { link: string }): Message {
  return compose('Your Account Was Approved', about, (site) => [
    `Your account on ${site} was approved. You can write now. Log in at`,
    { link: about.link },
  ]);
}

/** The mail that tells somebody why an account was not approved, in the words of whoever decided. */
export function declinedMail(about: About & { reason: string }): Message {
  return compose('Your Account Was Not Approved', about, (site) => [
    `Your account on ${site} was not approved. The reason:`,
    about.reason,
  ]);
}

/**
 * The mail with an invitation; `inviter`: the name of whoever sends it, `until`: when it ends, for
 * people.
 */
export function invitationMail(
  about: About & { inviter: string; link: string; until: string },
): Message {
  return compose('An Invitation', about, (site) => [
    `${oneLine(about.inviter)} invites you to ${site}. To make an account there, open`,
    { link: about.link },
    `The link works until ${about.until}.`,
    'If you do not know why you get this, ignore this mail: nothing will happen.',
  ]);
}

/** A message as text and as HTML: the greeting, then paragraphs and links. */
function compose(
  title: string,
  about: About,
  parts: (siteName: string) => (string | { link: string })[],
): Message {
  const siteName = oneLine(about.siteName);
  const lines = [oneLine(about.greeting), ...parts(siteName)];
  const subject = `${title} - ${siteName}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body>
        ${lines.map((line) => html`<p>${typeof line === 'string' ? line : anchor(line.link)}</p>`)}
      </body>
    </html> `;
  const text = lines.map((line) => (typeof line === 'string' ? line : line.link)).join('\n\n');
  return { siteName, subject, text: `${text}\n`, html: String(page) };
}

const anchor = (link: string) => html`<a href="${link}">${link}</a>`;

/** A line end in a name must not start a header, or a line that looks like ours. */
function oneLine(name: string): string {
  return name.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

const MINUTE = { name: 'minute', minutes: 1 };
const UNITS = [{ name: 'day', minutes: 24 * 60 }, { name: 'hour', minutes: 60 }, MINUTE];

/** In the largest unit without a fraction: `1 hour`, `90 minutes`. */
function duration(minutes: number): string {
  const unit = UNITS.find((unit) => minutes % unit.minutes === 0) ?? MINUTE;
  const count = minutes / unit.minutes;
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}
