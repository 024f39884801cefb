import { addShippedModule } from "../../core/closure/protocol.js";
import { type HadoopSettings, hadoopSettings } from "../../core/io/hadoop-settings.js";
import { HadoopConf } from "./hadoop-conf.js";
import { HdfsFileSystem } from "./hdfs-file-system.js";
import { findNameNodes, type HdfsScheme } from "./name-nodes.js";
import { readClientSettings, userName } from "./web-hdfs-settings.js";
import "./schemes.js";

// Workers load the connector before they get a task that was planned after it was loaded here.
addShippedModule(import.meta.url);

let conf: HadoopConf | undefined;
let madeOf: { readonly settings: HadoopSettings; readonly directory: string | undefined } | undefined;
const opened = new Map<string, HdfsFileSystem>();

/** Hadoop's configuration as it is now: the files are read again when the directory or a context's settings are others. */
function currentConf(): HadoopConf {
  const settings = hadoopSettings();
  const directory = process.env["HADOOP_CONF_DIR"] || undefined;
  if (conf === undefined || madeOf?.settings !== settings || madeOf.directory !== directory) {
    opened.clear();
    conf = HadoopConf.load(directory, settings);
    madeOf = { settings, directory };
  }
  return conf;
}

/**
 * The file system of an authority, or without one that of `fs.defaultFS`.
 *
 * @param text the whole path, for messages
 */
export function openHdfs(scheme: HdfsScheme, authority: string | undefined, text: string): HdfsFileSystem {
  const conf = currentConf();
  const user = userName();
  const key = `${scheme}://${authority ?? ""} ${user}`;
  let fs = opened.get(key);
  if (fs === undefined) opened.set(key, (fs = makeHdfs(conf, scheme, authority, text, user)));
  return fs;
}

/** The same with Hadoop's keys given for this one. */
export function openHdfsWith(
  given: HadoopSettings,
  scheme: HdfsScheme,
  authority: string | undefined,
  text: string,
): HdfsFileSystem {
  if (Object.keys(given).length === 0) return openHdfs(scheme, authority, text);
  const directory = process.env["HADOOP_CONF_DIR"] || undefined;
  return makeHdfs(HadoopConf.load(directory, { ...hadoopSettings(), ...given }), scheme, authority, text, userName());
}

function makeHdfs(
  conf: HadoopConf,
  scheme: HdfsScheme,
  authority: string | undefined,
  text: string,
  user: string,
): HdfsFileSystem {
  const { root, nameNodes } = findNameNodes(conf, scheme, authority, text);
  return new HdfsFileSystem(root, { nameNodes, user, ...readClientSettings(conf) });
}
