/** The answer of KsefBridge/ends as a table: what ends next, with the days that are left. */
define('modules/ksef/bridge/ends', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/element',
], ({fill}, {element, label}) => {
    const scope = 'Settings';
    const category = 'ksefEnds';

    const style = days => days <= 7 ? 'danger' : days <= 30 ? 'warning' : 'default';

    const address = ({kind, id}) => {
        const entity = kind === 'Token' ? 'KsefProfile' : 'KsefCertificate';

        return id ? `#${entity}/view/${id}` : `#${entity}/list/fromAdmin=true`;
    };

    return {
        /**
         * @param {Object[]} ends
         * @param {Object} language EspoCRM's
         * @param {function(Object): string} dayOf The day of an end as the user reads it.
         * @returns {HTMLElement}
         */
        of: (ends, language, dayOf) => {
            const text = key => language.translate(key, category, scope);

            if (!ends.length) {
                return element('p', 'text-muted', text('nothing'));
            }

            const kindOf = ({kind}) => kind === 'Token' ?
                text('token') :
                language.translateOption(kind, 'type', 'KsefCertificate');

            const row = end => {
                const link = element('a', '', end.id ? end.name : fill(text('tokens'), {count: end.count}));

                link.href = address(end);

                return element('tr', '',
                    element('td', '', label(style(end.days), String(Math.max(end.days, 0)))),
                    element('td', '', link, end.id ? element('span', 'text-muted', ` ${kindOf(end)}`) : ''),
                    element('td', '', dayOf(end)),
                );
            };

            return element('table', 'table ksef-ends',
                element('thead', '', element('tr', '',
                    ...['daysLeft', 'what', 'until'].map(key => element('th', 'text-muted', text(key))),
                )),
                element('tbody', '', ...ends.map(row)),
            );
        },
    };
});
