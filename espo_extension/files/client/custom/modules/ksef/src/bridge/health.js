/** The answer of KsefBridge/health as elements of a page. */
define('modules/ksef/bridge/health', ['modules/ksef/ui/element'], ({element, label, message, outside}) => {
    const scope = 'Settings';
    const styles = {ok: 'success', notReady: 'warning', notConfigured: 'default'};

    const version = part => part ? `${part.version} (${part.contract})` : '–';

    /** Which version the changelog speaks of, and where it is read. */
    const changesOf = ({version: released, day}, language, texts, dayOf) => {
        const text = key => language.translate(key, 'ksefChanges', scope);
        const entry = released ? `${released}, ${dayOf(day)}` : text('unreleased');

        return [entry, ' ', outside(texts.address('pageOfChanges'), text('read'))];
    };

    const isWell = state => state === 'ok' || state === true;

    return {
        /**
         * @param {Object} health The answer.
         * @param {Object} language EspoCRM's
         * @param {{link: function(string): Element|string, address: function(string): string}} texts A MessageText.
         * @param {function(string): string} dayOf A day, as 2026-12-31, as the user reads it.
         * @returns {HTMLElement}
         */
        of: (health, language, texts, dayOf) => {
            const text = key => language.translate(key, 'labels', scope);
            const line = (name, ...content) => element('tr', '',
                element('td', 'text-muted', name),
                element('td', '', ...content),
            );
            const dependencies = Object.entries(health.dependencies || {}).map(([name, state]) => line(
                language.translateOption(name, 'ksefBridgeDependency', scope),
                label(
                    isWell(state) ? 'success' : 'danger',
                    language.translateOption(isWell(state) ? 'ok' : 'unreachable', 'ksefBridgeStatus', scope),
                ),
            ));

            return element('div', '',
                element('p', '',
                    label(
                        styles[health.status] || 'danger',
                        language.translateOption(health.status, 'ksefBridgeStatus', scope),
                    ),
                    ' ',
                    message(health.message || ''),
                    ' ',
                    texts.link(health.code),
                ),
                health.logLevelWarning ? element('p', 'alert alert-warning',
                    health.logLevelWarning, ' ', texts.link('log-level-debug')) : '',
                element('table', 'table', element('tbody', '',
                    line(text('Extension Version'), version(health.extension)),
                    line(text('Bridge Version'), version(health.bridge)),
                    health.changes ? line(
                        text('Newest Changes'),
                        ...changesOf(health.changes, language, texts, dayOf),
                    ) : '',
                    ...dependencies,
                )),
            );
        },
    };
});
