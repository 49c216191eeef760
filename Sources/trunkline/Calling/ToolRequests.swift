import Engine

extension Settings {
    /// How agents may ask other servers, with the secrets that these want.
    var requestConfiguration: RequestConfiguration {
        var configuration = RequestConfiguration()
        configuration.allowPrivateAddresses = tools.allowsPrivateAddresses
        for secret in secrets {
            configuration.secrets[secret.name] = RequestSecret(secret.secret.revealed, hosts: secret.hosts)
        }
        return configuration
    }
}
