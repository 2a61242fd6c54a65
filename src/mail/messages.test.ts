import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emailChangedMail, emailChangeMail, emailChangingMail, resetMail } from './messages.ts';

const about = {
  siteName: 'The Daily Planet',
  greeting: 'Hi lois,',
  link: 'http://localhost:8000/reset-password?token=abc',
  minutes: 60,
};

test('a reset mail has name, link and expiry, as text and as HTML', () => {
  const mail = resetMail(about);
  assert.equal(mail.subject, 'Reset Your Password - The Daily Planet');
  for (const form of [mail.text, mail.html]) {
    for (const words of ['Hi lois,', about.link, 'This link will expire in 1 hour.']) {
      assert.ok(form.includes(words), `${words} in ${form}`);
    }
  }
  assert.ok(mail.html.includes(`href="${about.link}"`));
});

test('each mail about an address says what happens and what to do, in both forms', () => {
  const mails = [
    [
      emailChangeMail({ ...about, minutes: 1440 }),
      'Confirm Your New E-mail Address - The Daily Planet',
      ['wants to use this address for an account on The Daily Planet', about.link, 'in 1 day.'],
    ],
    [
      emailChangingMail(about),
      'Your E-mail Address Is Being Changed - The Daily Planet',
      ['asked to change the e-mail address', 'which also stops the change', about.link],
    ],
    [
      emailChangedMail(about),
      'Your E-mail Address Was Changed - The Daily Planet',
      ['was changed to another one.', 'ask the host'],
    ],
  ] as const;
  for (const [mail, subject, words] of mails) {
    assert.equal(mail.subject, subject);
    for (const form of [mail.text, mail.html]) {
      for (const said of ['Hi lois,', ...words])
        assert.ok(form.includes(said), `${said} in ${form}`);
    }
  }
});

for (const [minutes, words] of Object.entries({
  1: '1 minute',
  45: '45 minutes',
  90: '90 minutes',
  120: '2 hours',
  1440: '1 day',
  10_080: '7 days',
})) {
  test(`${minutes} minutes are written as ${words}`, () => {
    const { text, html } = resetMail({ ...about, minutes: Number(minutes) });
    assert.ok(text.includes(`This link will expire in ${words}.`));
    assert.ok(html.includes(`This link will expire in ${words}.`));
  });
}

test('names are escaped in HTML and unchanged in text', () => {
  const { text, html } = resetMail({
    ...about,
    siteName: 'Q&A',
    greeting: 'Hi <script>alert("1")</script>,',
  });
  assert.ok(html.includes('Hi &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;,'));
  assert.ok(html.includes('password on Q&amp;A.'));
  assert.ok(!html.includes('<script'));
  assert.ok(text.includes('Hi <script>alert("1")</script>,'));
});

test('a link cannot break out of its attribute', () => {
  const { html } = resetMail({ ...about, link: 'http://x/"><b>' });
  assert.ok(html.includes('href="http://x/&quot;&gt;&lt;b&gt;"'));
});

test('line ends in names do not start a new line', () => {
  const { subject, text } = resetMail({
    ...about,
    siteName: 'Planet\r\nBcc: lex@example.org',
    greeting: 'Hi lois\n\nThis link never expires.\u2028\u0085x,',
  });
  assert.equal(subject, 'Reset Your Password - Planet Bcc: lex@example.org');
  assert.ok(text.startsWith('Hi lois This link never expires. x,\n'));
});
