import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Storage

extension Check {
    /// The data directory can be made and written to.
    static func dataDirectory(_ path: String) -> Check {
        Check("Data directory") {
            let files = FileManager.default
            do {
                try files.createDirectory(atPath: path, withIntermediateDirectories: true)
                let probe = "\(path)/.doctor-\(ProcessInfo.processInfo.processIdentifier)"
                try Data("writable".utf8).write(to: URL(fileURLWithPath: probe))
                try files.removeItem(atPath: probe)
            } catch {
                return [
                    .failure(
                        "\(path) cannot be written to (\(error))",
                        "Give another one with --data-dir, or change its owner"
                    )
                ]
            }
            let attributes = try? files.attributesOfFileSystem(forPath: path)
            let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value ?? .max
            guard free > 1 << 30 else {
                return [
                    .warning(
                        "\(path) has \(free >> 20) MB free",
                        "A minute of stereo recording takes 1.9 MB: make room or give another place with --data-dir"
                    )
                ]
            }
            return [.ok("\(path) can be written to")]
        }
    }

    /// The database opens, is as new as this program, and commits through to the disk.
    static func database(_ path: String) -> Check {
        Check("Database") {
            guard FileManager.default.fileExists(atPath: path) else {
                return [.ok("\(path) does not exist yet: the first start makes it")]
            }
            do {
                let database = try SQLiteDatabase.file(at: path, ownership: .shared)
                try await database.migrate()
                let level = try await database.write { db in
                    try db.run("PRAGMA synchronous").first?["synchronous", as: Int64.self] ?? 0
                }
                try database.close()
                return level == 2
                    ? [.ok("\(path) opens, is migrated, and commits with synchronous=FULL")]
                    : [
                        .failure(
                            "\(path) commits with synchronous=\(level)",
                            "Report this: a power cut could lose a dial"
                        )
                    ]
            } catch {
                return [
                    .failure(
                        "\(path) cannot be used: \(error)",
                        "Restore it from a backup, or give another one with --set database=…"
                    )
                ]
            }
        }
    }

    /// The API's port is free, or held by a server of ours.
    static func httpPort(_ http: Settings.HTTP) -> Check {
        Check("API port") {
            let place = "\(http.host):\(http.port)"
            if await isTrunkline(http) { return [.ok("\(place) is served by a running trunkline")] }
            guard let error = await bindError(host: http.host, port: http.port, datagram: false) else {
                return [.ok("\(place) is free")]
            }
            return [
                .failure(
                    "\(place) cannot be listened on (\(error))",
                    "Stop the program that has it, or choose another with --port"
                )
            ]
        }
    }

    /// A UDP port is free, unless a server of ours is running and has it.
    static func datagramPort(_ subject: String, host: String, port: Int, key: SettingsKey, http: Settings.HTTP) -> Check
    {
        Check(subject) {
            guard let error = await bindError(host: host, port: port, datagram: true) else {
                return [.ok("\(host):\(port) is free")]
            }
            if await isTrunkline(http) { return [.ok("\(host):\(port) is in use while trunkline is running")] }
            return [
                .failure(
                    "\(host):\(port) cannot be bound (\(error))",
                    "Stop the program that has it, or choose another with --set \(key.rawValue)=…"
                )
            ]
        }
    }

    private static func isTrunkline(_ http: Settings.HTTP) async -> Bool {
        let host = http.host == "0.0.0.0" || http.host == "::" ? "127.0.0.1" : http.host
        let request = HTTPClientRequest(url: "http://\(host):\(http.port)/healthz")
        guard let response = try? await HTTPClient.shared.execute(request, deadline: .now() + .seconds(2)) else {
            return false
        }
        return response.headers.first(name: "Server") == "trunkline"
    }

    /// Nil if the port could be bound; it is free again afterwards.
    private static func bindError(host: String, port: Int, datagram: Bool) async -> String? {
        let group = MultiThreadedEventLoopGroup.singleton
        do {
            let channel =
                datagram
                ? try await DatagramBootstrap(group: group).bind(host: host, port: port).get()
                : try await ServerBootstrap(group: group)
                    .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: host, port: port).get()
            try await channel.close().get()
            return nil
        } catch {
            return "\(error)"
        }
    }
}
