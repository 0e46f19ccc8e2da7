// A network of Bluesky on this machine: a PDS, the AppView behind it and a PLC
// directory, of @atproto/dev-env. Prints "READY <PDS> <AppView>", and runs until
// it is killed. Needs DB_POSTGRES_URL and REDIS_HOST.
const { TestNetwork } = require('@atproto/dev-env')

TestNetwork.create({
  dbPostgresSchema: 'directdial',
  pds: { hostname: 'localhost' },
  bsky: { dbPostgresSchema: 'bsky' },
}).then(
  (network) => console.log(`READY ${network.pds.url} ${network.bsky.url}`),
  (err) => {
    console.error(err)
    process.exit(1)
  },
)
