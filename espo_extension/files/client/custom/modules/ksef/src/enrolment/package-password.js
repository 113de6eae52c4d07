/** The answer to a request for a certificate: the password of its package, shown this once. */
define('modules/ksef/enrolment/package-password', [
    'modules/ksef/messages/filled-text',
    'modules/ksef/ui/dialog',
    'modules/ksef/ui/element',
], ({fill}, dialog, {element}) => {
    const scope = 'KsefProfile';

    /** Browsers have no clipboard for pages that came over plain http; there the old way is left. */
    const copy = async box => {
        try {
            await navigator.clipboard.writeText(box.value);

            return true;
        } catch {
            box.select();

            return document.execCommand('copy');
        }
    };

    const passwordBox = (password, label) => {
        const box = element('input', 'form-control');

        box.value = password;
        box.readOnly = true;
        box.spellcheck = false;
        box.autocomplete = 'off';
        box.style.fontFamily = 'monospace';
        box.style.color = 'inherit';
        box.style.fontSize = '16px';
        box.setAttribute('aria-label', label);
        box.addEventListener('focus', () => box.select());

        return box;
    };

    const copyButton = (box, label) => {
        const button = element('button', 'btn btn-default', label('Copy Password'));

        button.type = 'button';
        button.addEventListener('click', async () => {
            if (await copy(box)) {
                button.textContent = label('Copied');
            }
        });

        return element('span', 'input-group-btn', button);
    };

    const shownOnce = (view, password, label) => {
        const box = passwordBox(password, label('Package Password'));

        return [
            element('label', 'control-label', label('Package Password')),
            element('p', 'input-group', box, copyButton(box, label)),
            element('p', 'alert alert-warning', view.translate('packagePasswordOnce', 'messages', scope)),
        ];
    };

    const ofPackage = (view, {certificateName, packagePassword}, label) => packagePassword ?
        [element('h5', '', certificateName), ...shownOnce(view, packagePassword, label)] :
        [element('p', 'alert alert-warning', fill(
            view.translate('packagePasswordLost', 'messages', scope), {certificate: certificateName},
        ))];

    /** Its links open beside the password, not instead of it. */
    const serverMessage = (view, markdown, isWarning) => {
        const made = element('div', isWarning ? 'alert alert-warning' : '');

        made.innerHTML = view.getHelper().transformMarkdownText(markdown, {linksInNewTab: true}).toString();

        return made;
    };

    return {
        /**
         * The passwords of several packages, beside what is on the page.
         *
         * @param {Object} view Any view.
         * @param {{certificateName: string, packagePassword: ?string}[]} packages
         */
        showAll: (view, packages) => {
            const label = key => view.translate(key, 'labels', scope);

            dialog.show({
                header: label('Package Password'),
                close: label('I Have Kept the Password'),
                isOnlyOnce: true,
                body: element('div', 'ksef-requested', ...packages.flatMap(each => ofPackage(view, each, label))),
            });
        },

        /**
         * @param {Object} view The view with the profile.
         * @param {Object} requested
         * @param {string} requested.certificateId
         * @param {string} requested.certificateName
         * @param {?string} requested.packagePassword Null when it was lost.
         * @param {string} requested.message Markdown.
         */
        show: (view, {certificateId, certificateName, packagePassword, message}) => {
            const label = key => view.translate(key, 'labels', scope);

            dialog.show({
                header: `${label('Certificate Requested')} · ${certificateName}`,
                close: label(packagePassword ? 'I Have Kept the Password' : 'Open Certificate'),
                isOnlyOnce: !!packagePassword,
                body: element('div', 'ksef-requested',
                    serverMessage(view, message, !packagePassword),
                    ...packagePassword ? shownOnce(view, packagePassword, label) : [],
                ),
                onClose: () => view.getRouter().navigate(`#KsefCertificate/view/${certificateId}`, {trigger: true}),
            });
        },
    };
});
