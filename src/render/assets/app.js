// What makes the pages quicker where there is JavaScript. Everything works without it; nothing here makes markup that
// the server does not make.
