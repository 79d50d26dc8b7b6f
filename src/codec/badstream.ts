/** Why unpacking stopped. */

/** The compressed data is wrong. */
export class BadStream extends Error {}

/** The compressed data ends too early: what came before is as far as it goes. */
export class CutStream extends BadStream {}
