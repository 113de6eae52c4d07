/** The certificates that were requested by a signature, and whether the profile connects with them. */
define('modules/ksef/signing-request/certificates', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/messages/message-text',
    'modules/ksef/signing-request/stage',
    'modules/ksef/ui/element',
], ({messagesOf}, MessageText, stage, {element, label}) => {
    const option = (view, value, field, scope) => view.getLanguage().translateOption(value, field, scope);

    const style = (view, scope, field, value) =>
        view.getMetadata().get(['entityDefs', scope, 'fields', field, 'style', value]) || 'default';

    const status = (view, scope, field, value) =>
        label(style(view, scope, field, value), option(view, value, field, scope));

    const problem = (texts, message) => message ? element('div', 'text-danger', ...texts.nodes(message)) : '';

    return {
        /**
         * @param {Object} view The view with a KsefProfile.
         * @param {Object} state The server's answer.
         * @returns {HTMLElement}
         */
        element: (view, state) => {
            const {certificates, connection, logsInByCertificate} = state;
            const text = messagesOf(view);
            const texts = MessageText.of(view);

            const rows = certificates.map(each => {
                const link = element('a', '', each.name);

                link.href = `#KsefCertificate/view/${each.id}`;

                return element('div', 'list-group-item ksef-signed-certificate',
                    status(view, 'KsefCertificate', 'status', each.status), ' ',
                    option(view, each.type, 'type', 'KsefCertificate'), ' · ', link,
                    each.status === 'Active' ? '' : problem(texts, each.problem),
                );
            });

            const isUnderWay = stage.of(state) === 'requested' && stage.isUnderWay(state);

            return element('div', 'ksef-signed-certificates',
                logsInByCertificate ? element('p', 'ksef-signed-connection',
                    status(view, 'KsefProfile', 'connectionStatus', connection.status), ' ',
                    text('signedCertificatesStored'),
                    problem(texts, connection.status === 'Failed' ? connection.problem : null),
                ) : '',
                isUnderWay ? element('p', '',
                    text('signedCertificatesUnderWay'), ' ', element('span', 'fas fa-spinner fa-spin'),
                ) : '',
                element('div', 'list-group', ...rows),
            );
        },
    };
});
