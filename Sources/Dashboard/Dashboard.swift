package import Engine
package import Hummingbird
package import WebAPI

/// The pages for people. Like every door it only translates: what it shows and does it asks the engine for.
package struct Dashboard: PageRoutes {
    /// What the pages know of the server beside the engine.
    package struct Configuration: Sendable {
        /// Numbers of the phone lab that are worth a first call, with what happens there.
        package var labNumbers: [LabNumber] = []
        /// How often an open page is told that it is still connected, and its session looked at.
        package var heartbeat = Duration.seconds(15)

        package init() {}
    }

    let engine: CallEngine
    let cookie: SessionCookie
    let configuration: Configuration
    let publicURL: PublicURL
    let peaks = RecordingPeaks()

    package init(engine: CallEngine, publicURL: PublicURL, configuration: Configuration = Configuration()) {
        self.engine = engine
        cookie = SessionCookie(isSecure: publicURL.isSecure)
        self.publicURL = publicURL
        self.configuration = configuration
    }

    package func addRoutes(to router: Router<APIContext>) {
        let pages = PageGroups(router: router, users: engine.users, cookie: cookie)
        Asset.addRoutes(to: pages.open())
        addSignInRoutes(to: pages)
        addCallListRoutes(to: pages)
        addNewCallRoutes(to: pages)
        addCallRoutes(to: pages)
        addLiveRoutes(to: pages)
        addAgentRoutes(to: pages)
        addAgentPageRoutes(to: pages)
        addNumberRoutes(to: pages)
        addSuppressionRoutes(to: pages)
        addKeyRoutes(to: pages)
        addEndpointRoutes(to: pages)
        addDeliveryRoutes(to: pages)
        addBatchRoutes(to: pages)
        addNewBatchRoutes(to: pages)
        addUsageRoutes(to: pages)
        addLiveCallsRoutes(to: pages)
        addThemeRoutes(to: pages)
        addPeopleRoutes(to: pages)
        addAuditRoutes(to: pages)
    }

    /// The path that lets whoever opens it choose a password.
    package static func invitationPath(_ invitation: String) -> String {
        "/invitation?" + FormFields.query([("code", invitation)])
    }
}

/// A number of the phone lab.
package struct LabNumber: Sendable, Hashable {
    /// E.164.
    package let number: String
    package let happens: String

    package init(number: String, happens: String) {
        self.number = number
        self.happens = happens
    }
}
