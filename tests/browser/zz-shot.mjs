import { Desk } from "./desk.mjs";
const desk = await Desk.open();
try {
  const list = [["start","/overview"],["split","/overview?rows=actor&columns=region&split=year&q=attack&region=Pakistan/Balochistan"],["coverage","/coverage"]];
  for (const [w,s] of [[1280,"light"],[390,"dark"],[390,"light"],[1280,"dark"]]) for (const [n,p] of list) {
    try { await desk.visit(p, {width:w, scheme:s}, async (page) => { await page.screenshot({path:`/tmp/ovshots/${n}-${w}-${s}.png`, fullPage:true}); }); } catch (e) { console.log(n,w,String(e).slice(0,300)); }
  }
} finally { await desk.close(); }
