import ArgumentParser
import Calls
import Engine
import Foundation
import Storage

struct WalletCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet",
        abstract: "Shows what calls cost, pays money in, and says what may be spent.",
        discussion: """
            Works on the database of this machine, whether or not the server runs. Live and test calls have a wallet each.

            Examples:
              trunkline wallet show
              trunkline wallet top-up 50 --note "invoice 17"
              trunkline wallet terms prepaid
              trunkline wallet caps --daily 20 --per-call 2
              trunkline wallet caps --key key_01jdr3k5w2e8vt6m4q9xbn7c5h --daily 5
            """,
        subcommands: [Show.self, Entries.self, TopUp.self, Adjust.self, Terms.self, Caps.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows balance, reservations and caps.")

        @OptionGroup var wallet: WalletOptions

        func run() async throws {
            let (wallet, caps) = try await wallet.withWallets { wallets, mode, project in
                (
                    try await wallets.wallet(mode, project: project),
                    try await wallets.dailyCapsOfKeys(project: project)
                )
            }
            Terminal.standard.show(wallet)
            for (key, cap) in caps.sorted(by: { $0.key.description < $1.key.description }) {
                Terminal.standard.result("cap of \(key)  \(cap) a day")
            }
        }
    }

    struct Entries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the ledger, newest first.")

        @Option(help: "How many entries.")
        var limit = 20

        @Option(help: "Those with a lower number than this.")
        var before: Int64?

        @OptionGroup var wallet: WalletOptions

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000") }
        }

        func run() async throws {
            let (limit, before) = (limit, before)
            let (entries, hasMore) = try await wallet.withWallets { wallets, mode, project in
                try await wallets.entries(mode, before: before, limit: limit, project: project)
            }
            let terminal = Terminal.standard
            if entries.isEmpty { terminal.note("Nothing was booked yet") }
            for entry in entries {
                let amount = entry.amount.description.padded(to: 14)
                let subject = entry.call?.description ?? entry.note.printable
                terminal.result(
                    "\(String(entry.number).padded(to: 6))  \(entry.at.formatted(.iso8601))  "
                        + "\(entry.kind.rawValue.padded(to: 10))  \(amount)  \(entry.balance.description.padded(to: 14))  "
                        + subject
                )
            }
            if hasMore, let last = entries.last { terminal.note("More with --before \(last.number)") }
        }
    }

    struct TopUp: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "top-up",
            abstract: "Pays money in."
        )

        @Argument(help: "How much, in whole currency units with at most five decimals: 50 or 12.34")
        var amount: Money

        @Option(help: "What for.")
        var note = ""

        @OptionGroup var wallet: WalletOptions

        func run() async throws {
            let (amount, note) = (amount, note)
            Terminal.standard.show(
                try await wallet.withWallets { wallets, mode, project in
                    try await wallets.topUp(amount, note: note, mode, project: project)
                    return try await wallets.wallet(mode, project: project)
                }
            )
        }
    }

    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts right what was booked. Nothing in the ledger is ever changed: this adds to it.",
            discussion: "Example: trunkline wallet adjust --by=-1.50 --note 'paid in twice'"
        )

        @Option(help: "How much is added; below zero, taken off.")
        var by: Money

        @Option(help: "Why.")
        var note: String

        @OptionGroup var wallet: WalletOptions

        func run() async throws {
            let (amount, note) = (by, note)
            Terminal.standard.show(
                try await wallet.withWallets { wallets, mode, project in
                    try await wallets.adjust(by: amount, note: note, mode, project: project)
                    return try await wallets.wallet(mode, project: project)
                }
            )
        }
    }

    struct Terms: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says when calls are paid for.",
            discussion: """
                open: on account. Everything is written down, nothing is refused for want of money. The default.
                prepaid: a call is refused unless the balance covers the most it can cost.
                """
        )

        @Argument(help: "open or prepaid.")
        var terms: PaymentTerms

        @OptionGroup var wallet: WalletOptions

        func run() async throws {
            let change = WalletChange(terms: terms)
            Terminal.standard.show(
                try await wallet.withWallets { wallets, mode, project in
                    try await wallets.update(mode, change, project: project)
                }
            )
        }
    }

    struct Caps: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Caps what may be spent: in a day, by one key in a day, by one call."
        )

        @Option(help: "The most that a day's calls may cost, or none. With --key, those placed with that key.")
        var daily: CapArgument?

        @Option(help: "The most that one call may cost, or none.")
        var perCall: CapArgument?

        @Option(help: ArgumentHelp("Whose midnight a day begins at, as in Europe/Madrid.", valueName: "zone"))
        var timeZone: String?

        @Option(help: "A key's id, key_…: caps that key alone, in the wallet of its own mode.")
        var key: String?

        @OptionGroup var wallet: WalletOptions

        func validate() throws {
            if let timeZone, TimeZone(identifier: timeZone) == nil {
                throw ValidationError("'\(timeZone)' is no time zone: expected a name like Europe/Madrid or UTC")
            }
            guard key == nil || (daily != nil && perCall == nil && timeZone == nil) else {
                throw ValidationError("--key goes with --daily, and with nothing else")
            }
            if let key, APIKey.ID(key) == nil {
                throw ValidationError("'\(key)' is not a key's id: 'trunkline keys list' shows them")
            }
        }

        func run() async throws {
            let change = WalletChange(
                callCap: perCall.map(\.amount),
                dailyCap: key == nil ? daily.map(\.amount) : nil,
                timeZone: timeZone.flatMap(TimeZone.init(identifier:))
            )
            let (key, daily) = (key.flatMap { APIKey.ID($0) }, daily?.amount)
            do {
                Terminal.standard.show(
                    try await wallet.withWallets { wallets, mode, project in
                        if let key { try await wallets.setDailyCap(daily, ofKey: key, project: project) }
                        return try await wallets.update(mode, change, project: project)
                    }
                )
            } catch Refusal.unknownKey {
                throw Complaint("There is no such key in this project: 'trunkline keys list' shows those there are")
            }
        }
    }
}

/// Which wallet.
struct WalletOptions: ParsableArguments {
    @Option(help: "live or test: the wallet of live calls, or of those to the phone lab.")
    var mode = CallMode.live

    @Option(help: "The project, by name or id; the first one if left out.")
    var project: String?

    @OptionGroup var options: SettingsOptions

    /// With the wallets, the one that is meant and its project.
    func withWallets<Result: Sendable>(
        _ body: (WalletControl, CallMode, Project.ID) async throws -> Result
    ) async throws -> Result {
        do {
            return try await options.withDatabase { database in
                let project = try await options.project(project, in: database)
                return try await body(WalletControl(store: WalletStore(database)), mode, project)
            }
        } catch let Refusal.invalid(field, message) {
            throw Complaint("\(field): \(message)")
        }
    }
}

/// An amount, or `none`.
struct CapArgument: ExpressibleByArgument, Sendable {
    let amount: Money?

    init?(argument: String) {
        if argument == "none" {
            amount = nil
        } else if let amount = Money(argument: argument), amount >= .zero {
            self.amount = amount
        } else {
            return nil
        }
    }
}

extension PaymentTerms: ExpressibleByArgument {}

extension Money: ExpressibleByArgument {
    /// `12.34`, `-0.5`
    package init?(argument: String) {
        let isNegative = argument.hasPrefix("-")
        guard let amount = Money(decimal: isNegative ? String(argument.dropFirst()) : argument) else { return nil }
        self = isNegative ? -amount : amount
    }
}

extension Terminal {
    fileprivate func show(_ wallet: Wallet) {
        result("\(wallet.mode.rawValue) calls, \(wallet.terms.rawValue)")
        result("balance       \(wallet.balance)")
        result("reserved      \(wallet.reserved)")
        result("today         \(wallet.today)\(wallet.dailyCap.map { " of at most \($0)" } ?? "")")
        result("per call      \(wallet.callCap.map { "at most \($0)" } ?? "any amount")")
        result("days begin    at midnight in \(wallet.timeZone.identifier)")
    }
}
