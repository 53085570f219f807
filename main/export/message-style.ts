/** How printed messages look: A4, black on white; tables bend rather than run off the paper. */
export const printStyle = `
@page{size:A4;margin:18mm 18mm 20mm;@bottom-left{font:400 8pt Inter,system-ui,sans-serif;color:#5b5d60;width:75%;text-align:left}@bottom-right{font:400 8pt Inter,system-ui,sans-serif;color:#5b5d60}}
html,body{margin:0;background:#fff;color:#1b1c1e;color-scheme:light}
body{font:400 10.5pt/1.5 Inter,system-ui,sans-serif;letter-spacing:-.003em;overflow-wrap:break-word;print-color-adjust:exact}
article{break-before:page}article:first-child{break-before:auto}
h1{font-size:17pt;font-weight:650;line-height:1.25;margin:0 0 4mm}
h2{font-size:11.5pt;font-weight:650;margin:7mm 0 2mm}
h1,h2,h3,h4,h5,h6{break-after:avoid}
.quiet{color:#5b5d60}.small{font-size:8.5pt}.made{margin:7mm 0 0}
.head{border-collapse:collapse;margin:0 0 4mm}.head th{text-align:left;font-weight:400;color:#5b5d60;vertical-align:top;padding:0 6mm .7mm 0}.head td{padding:0 0 .7mm}
.facts{display:grid;grid-template-columns:repeat(4,1fr);margin:0 0 6mm;border:.25mm solid #c9cacc;border-radius:1.5mm;font-size:8.5pt;line-height:1.4}
.facts>div{padding:2mm 2.5mm;border-left:.25mm solid #c9cacc}.facts>div:first-child{border-left:0}.facts dt{font-weight:650}.facts dd{margin:0}
.notice{border:.25mm solid #8a8c90;border-radius:1.5mm;padding:2mm 3mm}
.files{padding-left:5mm;margin:0}
.letter h3{font-size:12pt}.letter h4{font-size:11pt}.letter h5,.letter h6{font-size:10.5pt}.letter :is(h3,h4,h5,h6){font-weight:650;line-height:1.3;margin:1.3em 0 .4em}
.letter :is(p,ul,ol,dl,pre,blockquote,table){margin:0 0 .9em}.letter :is(ul,ol){padding-inline-start:1.6em}.letter :is(ul,ol) :is(ul,ol){margin:0}.letter li{margin:.2em 0}.letter li.mb-task{list-style:none;margin-inline-start:-1.4em}.letter :is(p,li,dt,dd,th,td,h3,h4,h5,h6,blockquote){unicode-bidi:plaintext}
.letter *{max-width:100%!important;min-width:0!important;float:none!important}
.letter img{height:auto;break-inside:avoid}.letter hr{border:0;border-top:.25mm solid #c9cacc;margin:1.3em 0}
.letter table{border-collapse:collapse;font-size:9.5pt;font-variant-numeric:tabular-nums}.letter :is(th,td){text-align:start;vertical-align:top;padding:.35em .9em .35em 0;overflow-wrap:anywhere}
.letter thead th,.letter table:not([bgcolor],[cellpadding],[cellspacing],[width])>tbody>tr{border-bottom:.25mm solid #d9dadb}.letter tr{break-inside:avoid}.letter table.mb-many{font-size:7pt;letter-spacing:-.02em}.letter table.mb-many :is(th,td){padding-right:.5em}
.letter blockquote{border-inline-start:.8mm solid #c9cacc;margin-inline-start:0;padding-inline-start:1em;color:#45474a}
.letter :is(pre,code){font:9pt/1.45 ui-monospace,monospace;white-space:pre-wrap}.letter code{background:#eeeeef;padding:.1em .25em;border-radius:.2em}.letter .mb-plain{font:inherit}.letter pre code{background:none;padding:0}
.mb-link{text-decoration:underline;text-underline-offset:.15em}.mb-address{color:#5b5d60;font-size:.875em;overflow-wrap:anywhere}
.mb-facts{display:grid;grid-template-columns:minmax(40mm,max-content) 1fr;gap:1mm 5mm}.mb-facts dt{color:#5b5d60}.mb-facts dd{margin:0}.letter section section{padding-inline-start:4mm;border-inline-start:.25mm solid #d9dadb}
`
