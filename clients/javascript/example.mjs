// node example.mjs URL APPLICATION KEY CERTIFICATE FILE CHAIN REF      (passphrase: TIANPING_KEY_PASSPHRASE)
import { readFileSync } from "node:fs";
import { Client, openKey } from "./tianping.mjs";

const [url, application, keyFile, certificateFile, file, chain, ref] = process.argv.slice(2);
const key = openKey(readFileSync(keyFile), readFileSync(certificateFile), process.env.TIANPING_KEY_PASSPHRASE);
const client = new Client(url, application, key);
const content = readFileSync(file);
const { number, salt } = await client.deposit(content, { chain, ref });
const { verdict } = await client.verify(number, content, salt);
console.log(JSON.stringify({ number, salt: salt.toString("hex"), verdict }));
