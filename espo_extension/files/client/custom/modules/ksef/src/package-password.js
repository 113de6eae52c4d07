/** The answer to a request for a certificate: the password of its package, shown this once. */
define('modules/ksef/package-password', ['modules/ksef/dialog', 'modules/ksef/element'], (dialog, {element}) => {
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
        const box = element('input', 'form-control text-monospace');

        box.value = password;
        box.readOnly = true;
        box.spellcheck = false;
        box.autocomplete = 'off';
        box.style.fontFamily = 'var(--font-family-monospace, monospace)';
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

    const told = (password, label, text) => {
        const box = passwordBox(password, label('Package Password'));

        return [
            element('label', 'control-label', label('Package Password')),
            element('p', 'input-group', box, copyButton(box, label)),
            element('p', 'alert alert-warning', text('packagePasswordOnce')),
        ];
    };

    return {
        /**
         * @param {Object} view The view with the profile.
         * @param {{certificateId: string, certificateName: string, packagePassword: ?string}} requested
         */
        show: (view, {certificateId, certificateName, packagePassword}) => {
            const label = key => view.translate(key, 'labels', scope);
            const text = key => view.translate(key, 'messages', scope).replace('{name}', () => certificateName);

            dialog.show({
                header: `${label('Certificate Requested')} · ${certificateName}`,
                close: label(packagePassword ? 'I Have Kept the Password' : 'Close'),
                isOnlyOnce: !!packagePassword,
                body: element('div', 'ksef-requested',
                    element('p', '', text('certificateRequested')),
                    ...packagePassword ?
                        told(packagePassword, label, text) :
                        [element('p', 'alert alert-warning', text('packagePasswordUnknown'))],
                ),
                buttons: [{
                    name: 'open',
                    text: label('Open Certificate'),
                    onClick: () => view.getRouter().navigate(`#KsefCertificate/view/${certificateId}`, {trigger: true}),
                }],
            });
        },
    };
});
