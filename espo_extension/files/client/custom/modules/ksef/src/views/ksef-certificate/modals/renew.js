/** Whether a certificate is to be renewed now, and with a package or without. */
define('modules/ksef/views/ksef-certificate/modals/renew', [
    'modules/ksef/ui/element',
    'modules/ksef/views/modals/form',
], ({element}, Form) => {
    const scope = 'KsefCertificate';

    return class extends Form {
        setup() {
            const label = key => this.translate(key, 'labels', scope);

            this.headerText = `${label('Renew Now')} · ${this.options.model.get('name')}`;
            this.ask({
                name: 'KsefCertificateRenewal',
                answers: {withPackage: false},
                fields: {withPackage: {type: 'bool'}},
                rows: [[{name: 'withPackage', labelText: label('Make a Package'), fullWidth: true}]],
                button: {name: 'renew', text: label('Renew Now'), style: 'primary', onClick: () => this.renew()},
            });
        }

        afterRender() {
            super.afterRender();

            this.element.querySelector('.ksef-introduction').replaceChildren(
                element('p', '', this.translate('renewIntroduction', 'messages', scope)),
                element('p', 'text-muted', this.translate('renewPackageHint', 'messages', scope)),
            );
        }

        renew() {
            this.getView('record').processFetch();

            const {withPackage} = this.asked.attributes;

            this.close();
            this.options.renew(!!withPackage);
        }
    };
});
