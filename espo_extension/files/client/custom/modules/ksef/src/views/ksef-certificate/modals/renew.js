/** Whether a certificate is to be renewed now, and with a package or without. */
define('modules/ksef/views/ksef-certificate/modals/renew', [
    'views/modal',
    'model',
    'modules/ksef/ui/element',
], (Modal, Model, {element}) => {
    const scope = 'KsefCertificate';

    return class extends Modal {
        templateContent = `
            <div class="ksef-renew"></div>
            <div class="record no-side-margin">{{{record}}}</div>`

        className = 'dialog dialog-record'

        setup() {
            const {model} = this.options;

            this.headerText = `${this.translate('Renew Now', 'labels', scope)} · ${model.get('name')}`;
            this.addButton({
                name: 'renew',
                text: this.translate('Renew Now', 'labels', scope),
                style: 'primary',
                onClick: () => this.renew(),
            });
            this.addButton({name: 'cancel', label: 'Cancel'});

            this.asked = new Model({withPackage: false});
            this.asked.name = 'KsefCertificateRenewal';
            this.asked.setDefs({fields: {withPackage: {type: 'bool'}}});

            this.createView('record', 'views/record/edit-for-modal', {
                scope: 'None',
                selector: '.record',
                model: this.asked,
                detailLayout: [{
                    rows: [[{
                        name: 'withPackage',
                        labelText: this.translate('Make a Package', 'labels', scope),
                        fullWidth: true,
                    }]],
                }],
            });
        }

        afterRender() {
            super.afterRender();

            this.element.querySelector('.ksef-renew').replaceChildren(
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
