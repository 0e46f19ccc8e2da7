package slack

// Steps is what an operator does once so that cards arrive in Slack.
const Steps = `1. Open https://api.slack.com/apps, choose "Create New App", "From a manifest",
   and paste deploy/slack/manifest.yaml.
2. Choose "Install to Workspace". Under "OAuth & Permissions" copy the
   "Bot User OAuth Token" (xoxb-...) into the environment as SLACK_TOKEN. Under
   "Basic Information", "App-Level Tokens" generate one with the scope
   connections:write (xapp-...) and copy it as SLACK_APP_TOKEN.
3. Give each expert a line "slack: <e-mail address or member id>", and send a
   marked test card: directdial doctor --card <id of the expert>
`
