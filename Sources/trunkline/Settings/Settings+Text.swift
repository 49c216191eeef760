import Calls
import WebAPI

extension Settings {
    /// The value in force of `key`, as it would be written in the file.
    func text(of key: SettingsKey) -> String {
        switch key {
        case .httpHost: http.host
        case .httpPort: "\(http.port)"
        case .httpHosts:
            http.hosts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }.joined(separator: ", ")
        case .httpPublicURL: http.publicURL ?? ""
        case .dataDirectory: dataDirectory
        case .audioDirectory: audioDirectory
        case .database: databasePath
        case .sipAddress: sip.address
        case .sipPort: "\(sip.port)"
        case .sipAdvertised: sip.advertised ?? ""
        case .rtpPorts: "\(rtp.ports.lowerBound)-\(rtp.ports.upperBound)"
        case .labEnabled: "\(lab.isEnabled)"
        case .labPort: "\(lab.port)"
        case .labPersons: lab.persons ?? ""
        case .speechCache: "\(speech.cache)"
        case .callsChannels: "\(calls.channels)"
        case .callsPricePerMinute: calls.pricePerMinute.description
        case .callsModelReserve: calls.modelReserve.description
        case .callsDrain: "\(calls.drain)"
        case .callsLiveTrunk: liveTrunk ?? ""
        case .numbersPool: numbers.pool.map(\.description).joined(separator: ",")
        case .webhooksAllowPrivate: "\(webhooks.allowsPrivateAddresses)"
        case .toolsAllowPrivate: "\(tools.allowsPrivateAddresses)"
        case .logLevel: log.level
        case .logFormat: log.format.rawValue
        }
    }
}
