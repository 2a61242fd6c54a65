/** A status, or `login`: a 303 to the login page. */
export type Answered = number | 'login';

/** What a route answers to an anonymous visitor, to another user, and to the owner of the object. */
export type Decision = readonly [anonymous: Answered, another: Answered, owner: Answered];

export const OPEN: Decision = [200, 200, 200];
/** For an object below `/api` that only its owner may change. */
export const OWNERS = (status: number): Decision => [401, 403, status];
/** For an object below `/api` that exists only for its owner. */
export const HIDDEN = (status: number): Decision => [401, 404, status];
/** A form about oneself; it cannot even name another user's object. */
export const OWN_FORM: Decision = ['login', 303, 303];
export const OWN_PAGE: Decision = ['login', 200, 200];
/** For nobody without a role that runs the blog, whoever's account it is about. */
export const RUNNERS: Decision = ['login', 403, 403];
