// What makes the pages quicker where there is JavaScript. Everything works without it; nothing here makes markup that
// the server does not make.

import * as article from "./article.js";
import * as copy from "./copy.js";
import * as facets from "./facets.js";
import * as keys from "./keys.js";
import * as print from "./print.js";
import * as results from "./results.js";
import * as suggest from "./suggest.js";

for (const part of [suggest, results, facets, keys, copy, print, article]) {
  try {
    part.start();
  } catch (error) {
    // One part that fails leaves the page and the other parts as they are.
    console.error(error);
  }
}
