import ArgumentParser

@main
struct Trunkline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trunkline",
        abstract: "Places outbound AI phone calls: one request, a phone rings, an agent talks, the result comes back.",
        discussion: """
            A first call, to the phone lab that comes with the server:
              trunkline serve &
              export TRUNKLINE_API_KEY=$(trunkline keys create)
              trunkline agents apply Examples/agents/appointment-reminder.yaml
              trunkline call +15550100001 --agent appointment-reminder --follow
            """,
        subcommands: [
            ServeCommand.self, CallCommand.self, ChatCommand.self, BatchCommand.self, AgentsCommand.self,
            KeysCommand.self,
            ProjectsCommand.self, UsersCommand.self,
            SuppressionsCommand.self,
            WalletCommand.self, TraceCommand.self, AnswersCommand.self, DoctorCommand.self, ConfigCommand.self,
            LabCommand.self,
            DemoCommand.self, EvaluationCommand.self, ReplayCommand.self, BenchCommand.self,
        ]
    )
}
