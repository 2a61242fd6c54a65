import { html } from '../views/html.ts';
import type { Mail } from './mailer.ts';

/** The mail with a link that lets its reader set a new password within `minutes`. */
export function resetMail(about: {
  siteName: string;
  /** `Hi lois,` */
  greeting: string;
  link: string;
  minutes: number;
}): Omit<Mail, 'to'> {
  const siteName = oneLine(about.siteName);
  const greeting = oneLine(about.greeting);
  const { link } = about;
  const expiry = `This link will expire in ${duration(about.minutes)}.`;
  const ask = `Someone, probably you, asked to reset your password on ${siteName}.`;
  const ignore = 'If it was not you, ignore this mail: your password stays as it is.';
  const subject = `Reset Your Password - ${siteName}`;
  const text = `${greeting}

${ask} To choose a new one, open

${link}

${expiry}

${ignore}
`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body>
        <p>${greeting}</p>
        <p>${ask} To choose a new one, open</p>
        <p><a href="${link}">${link}</a></p>
        <p>${expiry}</p>
        <p>${ignore}</p>
      </body>
    </html> `;
  return { subject, text, html: String(page) };
}

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
