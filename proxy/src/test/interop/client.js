// Downloads targets with tuf-js, which verifies them: one line a target on standard output, "downloaded NAME" or "absent NAME".
// Anything that tuf-js refuses ends it with exit code 1.
//
// Usage: NODE_PATH=FOLDER/node_modules node client.js ROOT METADATA_URL TARGETS_URL FOLDER PREFIXED NAME…
//
// PREFIXED is true or false: whether the names of files begin with their hash.
'use strict';
const fs = require('fs');
const path = require('path');
const { Updater } = require('tuf-js');

async function main([root, metadataBaseUrl, targetBaseUrl, folder, prefixed, ...names]) {
  const [metadataDir, targetDir] = ['metadata', 'targets'].map((name) => path.join(folder, name));
  [metadataDir, targetDir].forEach((each) => fs.mkdirSync(each, { recursive: true }));
  if (!fs.existsSync(path.join(metadataDir, 'root.json'))) {
    fs.copyFileSync(root, path.join(metadataDir, 'root.json'));
  }
  const config = { prefixTargetsWithHash: prefixed === 'true', fetchRetry: 0 };
  const updater = new Updater({ metadataDir, metadataBaseUrl, targetDir, targetBaseUrl, config });
  await updater.refresh();
  for (const name of names) {
    const target = await updater.getTargetInfo(name);
    if (target) {
      await updater.downloadTarget(target);
    }
    console.log(target ? 'downloaded' : 'absent', name);
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
