import { follow, followSlowly, offline, openPicture, press } from './acts.ts';
import type { Shot } from './shot.ts';
import type { Sites } from './sites.ts';

const LONG = 'Up to the tunnel and back';
const OWN = 'Open day: thank you';
const RIGHT_TO_LEFT = 'دعوة إلى الشاي';
const LONG_WORDS = 'A word for it';
const MORE = 'Load More Posts';

/** What readers see. */
export function reading({ postPath, personPath, newcomerId }: Sites): Shot[] {
  const lastPage = '/?skip=30&limit=10';
  const lastButOne = '/?skip=28&limit=3';
  return [
    { name: 'home', path: '/' },
    { name: 'home-signed-in', path: '/?done=login', as: 'author' },
    { name: 'home-signed-in-long-name', path: '/', as: 'newcomer' },
    { name: 'home-page-2', path: '/?skip=10&limit=10' },
    { name: 'home-last-page', path: lastPage },
    { name: 'home-empty', path: '/', site: 'empty' },
    { name: 'home-empty-closed', path: '/', site: 'closed' },
    { name: 'home-first-post', path: '/', site: 'first' },
    { name: 'home-loading-more', path: lastButOne, act: followSlowly(MORE, 'Loading...') },
    { name: 'home-more-failed', path: lastButOne, act: offline(follow(MORE, 'Error - Click')) },
    { name: 'home-skip-link', path: '/', act: press('Tab'), screen: true },
    { name: 'home-focus', path: '/', act: press('Tab', 6), screen: true },
    { name: 'post', path: postPath(LONG) },
    { name: 'post-own', path: postPath(OWN), as: 'author' },
    { name: 'post-right-to-left', path: postPath(RIGHT_TO_LEFT) },
    { name: 'post-long-words', path: postPath(LONG_WORDS) },
    { name: 'post-picture-wide', path: postPath('Mist on the long straight') },
    { name: 'post-picture-tall', path: postPath('First frost') },
    { name: 'post-pictures-beside', path: postPath('Race report: we were not last') },
    { name: 'post-picture-transparent', path: postPath('A lamp, from about 1954') },
    {
      name: 'post-picture-opened',
      path: postPath('Race report: we were not last'),
      act: openPicture,
      screen: true,
    },
    { name: 'search', path: '/search' },
    { name: 'search-many', path: '/search?q=the' },
    { name: 'search-best', path: '/search?q=the&sort=best' },
    { name: 'search-one', path: '/search?q=walden' },
    { name: 'search-none', path: '/search?q=zeppelin' },
    { name: 'search-refused', path: '/search?q=-zeppelin', as: 'author' },
    { name: 'person', path: personPath('Ingrid Solheim') },
    { name: 'person-long-name', path: personPath('Wilhelmina van Houten-Achterberg') },
    { name: 'people', path: '/people' },
    { name: 'person-without-posts', path: `/users/${newcomerId}/posts` },
  ];
}

/** Unusual names and lengths. */
export function strange({ strange: { long, word, everything, people } }: Sites): Shot[] {
  const site = 'strange';
  return [
    { name: 'strange-home', path: '/', site },
    { name: 'strange-100-kilobytes', path: long, site, screen: true },
    { name: 'strange-everything', path: everything, site },
    { name: 'strange-word', path: word, site },
    ...(['emoji', 'right-to-left', 'fifty-letters'].map((name, index) => ({
      name: `strange-person-${name}`,
      path: people[index] ?? '',
      site,
      screen: true,
    })) satisfies Shot[]),
  ];
}
